"""What the project is made of: what it needs, under which licences, with which known faults. Imports no other room."""
