"""The program in the back office: takes facts in, keeps the books, gives each till what it needs."""
