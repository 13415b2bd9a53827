"""Names that a fake partnership's families bear, the commonest first, and what some are called for short. Invented families."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS = _listed("""
Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna Poppy Elsie Emily Ella
Evelyn Phoebe Sofia Evie Charlotte Harper Millie Matilda Maya Sophie Alice Emilia Isabelle Ruby Luna Maisie Aria Penelope
Mila Bonnie Eva Hallie Eliza Ada Violet Esme Arabella Imogen Jessica Delilah Chloe Orla Robyn Lottie Erin Rose Nancy Lola
Zara Thea Elizabeth Maryam Amara Layla Eleanor Lyla Scarlett Summer Lucy Margot Ellie Aurora Mabel Edith Hannah Martha Anna
Fatima Aisha Zainab Khadija Amina Hafsa Safiya Noor Sumayyah Maria Zoe Holly Georgia Bella Molly Darcie Beatrice Abigail
Nina Clara Iris Jasmine Megan Francesca Niamh Skye Heidi Amber Lara Gracie Hope Faith Aaliyah Inaya Anaya Priya Diya Saanvi
Anika Riya Simran Jaspreet Gurleen Meera Ananya Kavya Zofia Julia Maja Lena Hanna Oliwia Nikola Natalia Gabriela Wiktoria
Alexandra Andreea Ioana Elena Bianca Daria Ayesha Sana Hira Mariam Leila Yasmin Samira Nadia Amal Hodan Ifrah Nimco Ayaan
Chidera Adaeze Temitope Folasade Ngozi Abena Akosua Efua Adwoa Zuri Imani Nia Keisha Shanice Tiana Destiny Nevaeh Kayla
Lacey Lexi Kayleigh Paige Demi Tia Courtney Shannon Jade Leah Naomi Rebecca Sarah Rachel Catherine Victoria Caitlin Bethany
Lauren Amy Katie Eve Tilly Nell Pearl Betsy Peggy Dolly Marnie Myla Nyla Remi Romilly Ottilie Clementine Cora Juno Wren
Seren Cerys Carys Ffion Ailsa Mhairi Eilidh Roisin Aoife Saoirse Ciara Maeve Orlaith Chiara Giulia Lucia Ines Carmen Paloma
Mei Xin Ling Yuki Hana Linh Thuy Mai Aziza Shirin Parisa Zahra Rania Salma Hiba
""")
"""Girls' names, the commonest first."""

BOYS = _listed("""
Noah Muhammad George Oliver Leo Arthur Oscar Theodore Theo Freddie Archie Luca Henry Jack Harry Alfie Charlie Thomas Finley
James William Jude Arlo Joshua Isaac Albie Reuben Roman Lucas Tommy Alexander Rory Edward Jacob Max Mohammed Hugo Elijah
Louie Ezra Hunter Adam Sonny Toby Teddy Ethan Daniel Reggie Harrison Mason Logan Sebastian Benjamin Bobby Zachary Frederick
Ronnie Joseph Samuel Caleb Rowan Otis Grayson Milo Otto Jesse Riley Albert Carter Ralph Dylan Nathan Jaxon Blake Gabriel
Kai Stanley David Yusuf Ibrahim Ali Hassan Hamza Bilal Omar Zayn Ayaan Musa Idris Rayyan Ismail Abdullah Ahmed Mustafa Umar
Luke Matthew Michael Aaron Callum Connor Liam Cameron Kian Tyler Jayden Kayden Brandon Ryan Jamie Jake Lewis Owen Rhys Evan
Harvey Frankie Jackson Ellis Elliot Felix Rupert Jasper Xavier Dominic Patrick Seamus Declan Cormac Finn Oisin Ciaran
Arjun Aarav Vihaan Rohan Dev Kabir Ishaan Krish Veer Harpreet Gurpreet Jasdeep Manveer Simar Jakub Szymon Filip Kacper
Antoni Oskar Mateusz Wojciech Piotr Aleksander Andrei Stefan Mihai Razvan Matei Bogdan Chinedu Emeka Oluwaseun Tobi
Ayo Kwame Kofi Kojo Kwesi Malachi Micah Isaiah Jeremiah Josiah Nathaniel Tyrell Jermaine Marcus Leon Kyle Troy Dwayne
Khalid Tariq Imran Faisal Zubair Haroon Junaid Sami Karim Younes Rashid Farhan Abdi Liban Yahya Samir Nabil Robert Richard
John Peter Paul Mark Stephen Christopher Andrew Anthony Kevin Jason Lee Scott Craig Dean Shane Kieran Corey Zak Billy Danny
Ollie Sid Ernie Vinnie Rex Buddy Kit Rafe Monty Barnaby Humphrey Angus Fraser Hamish Euan Gethin Ieuan Dafydd Macsen Owain
Lorenzo Matteo Diego Rafael Thiago Mateo Wei Jun Hiro Kenji Minh Duc Tuan Farid Navid Darius Cyrus Elias
""")
"""Boys' names, the commonest first."""

SURNAMES = _listed("""
Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green Hall
Wood Jackson Clarke Khan Hussain Ahmed Ali Begum Singh Kaur Thomas Harris Lewis Martin Cooper Turner Hill Ward Hughes Moore
Clark King Harrison Edwards Baker Morris Scott Watson Allen Parker Young Bennett Cook Carter Mitchell Shaw Bailey Richardson
Collins Cox Miller Marshall Phillips Davis Bell Anderson Murphy Simpson Adams Price Gray Kelly Foster Wilkinson Rogers Stevens
Chapman Mason Hunt Palmer Webb Campbell Mills Barnes Knight Lloyd Butler Russell Barker Fisher Jenkins Dixon Powell Fletcher
Graham Harvey Gibson Reynolds Stewart Ellis Murray Andrews Ford Fox Burton Brooks West Cole Day Pearce Hart Lawrence Reid
Woods Walsh Watts Stone Grant Hamilton Kennedy Payne Hudson Nicholson Gordon Lane Hunter Perry Spencer Black Bradley Wells
Pearson Rose Tucker Lowe Hawkins Dunn Carr Bishop May Bird Newman Berry Porter Warren Gardner Hopkins Nash Burke Sutton
Francis Boyd Long Freeman Parsons Lynch Sharp Ross Burns Curtis Doyle Ryan Byrne Gallagher Brennan Doherty Quinn Flynn Daly
Mahmood Akhtar Malik Shah Iqbal Rahman Uddin Miah Chowdhury Hassan Ibrahim Mohamed Abdi Omar Yusuf Farah Warsame Osman Aziz
Sharma Gupta Mehta Desai Joshi Rao Reddy Nair Das Gill Dhillon Sandhu Bains Grewal Sidhu Atwal Johal Kowalski Nowak Lewandowski
Wojcik Kaminski Zielinski Szymanski Mazur Popescu Ionescu Dumitru Stan Georgescu Marin Okafor Adeyemi Okonkwo Balogun Eze
Mensah Owusu Boateng Asante Osei Appiah Ndlovu Moyo Banda Phiri Nguyen Tran Le Chen Wang Li Zhang Wong Chan Lau Silva Santos
Costa Pereira Ferreira Rodrigues Rossi Romano Greco Garcia Fernandez Lopez Gomez Kaya Yilmaz Demir Aydin Haddad Nasser Saleh
Abbott Akers Aldridge Appleby Ashby Atkins Ayres Baldwin Bamford Barlow Bartlett Barton Bates Beckett Benton Bevan Birch
Blackwell Blythe Bowden Bowen Bradshaw Brewer Briggs Bryant Buckley Bullock Burgess Byers Cartwright Castle Chadwick Chambers
Charlton Clayton Cobb Coles Conway Copeland Cotton Crawford Cross Crossley Cullen Dale Dawson Denton Dobson Drake Draper
Duffy Eaton Elliott Farley Farrell Faulkner Fenton Fields Finch Fleming Fowler Frost Gibbs Giles Glover Goddard Godfrey
Goodwin Gough Griffiths Hancock Hardy Harper Hartley Hayward Heath Hewitt Hicks Hobbs Holden Holland Holloway Horton Howard
Howell Hurst Hutchinson Ingram Jarvis Jennings Kemp Kent Kirby Lamb Lambert Leach Little Lucas Lyons Maddox Manning Marsh
Mathews McCarthy McDonald McKenzie McLean Middleton Milner Moran Morton Moss Norris Norton Oakley Osborne Owen Page Paxton
Peacock Pollard Poole Potter Pratt Preston Pritchard Randall Read Rees Rhodes Riley Rowe Sanders Saunders Savage Schofield
Sewell Shepherd Sherwood Skinner Slater Steele Stokes Stubbs Summers Swift Talbot Thornton Tomlinson Townsend Underwood
Vaughan Vickers Wade Walton Warner Waters Weaver Welch Wheeler Whittaker Wilkins Willis Winter Woodward Wyatt Yates O'Brien
O'Connor O'Neill O'Sullivan D'Souza Núñez Müller
""")
"""Family names, the commonest first."""

SHORT = dict(
    pair.split(":")
    for pair in _listed("""
Thomas:Tom William:Billy James:Jim Joshua:Josh Alexander:Alex Edward:Ted Jacob:Jake Daniel:Dan Benjamin:Ben Zachary:Zac
Frederick:Fred Joseph:Joe Samuel:Sam Nathaniel:Nate Matthew:Matt Michael:Mike Robert:Rob Richard:Rick Christopher:Chris
Andrew:Andy Anthony:Tony Stephen:Steve Harrison:Harry Theodore:Ted Henry:Harry Oliver:Olly Sebastian:Seb
Charlotte:Charlie Isabella:Bella Elizabeth:Beth Eleanor:Ellie Matilda:Tilly Florence:Flo Amelia:Millie Jessica:Jess
Imogen:Immy Rebecca:Becky Catherine:Kate Victoria:Vicky Alexandra:Alex Abigail:Abi Francesca:Fran Natalia:Talia Emily:Em
Isabelle:Izzy Penelope:Penny Beatrice:Bea Arabella:Bella Georgia:Georgie Margot:Maggie Mohammed:Mo Muhammad:Mo Ibrahim:Ibby
Patrick:Paddy Dominic:Dom Maryam:Mary Gabriel:Gabe Elliot:Eli Cameron:Cam Nathan:Nate
""")
)
"""What a child of that name may be called for short."""
