"""Board: one finding a slide, for a shared screen, driven by the keyboard or a clicker."""

from pages.components import board, frame

frame.show_alone(board.show)
