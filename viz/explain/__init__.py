"""What 'About the model' shows, read from the code and the schema so that it cannot drift from them."""
