"""Reading a sweep file: its tables, the keys they name, and everything that can be wrong with them."""
