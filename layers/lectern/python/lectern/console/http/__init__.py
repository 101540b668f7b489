"""What all pages of the console share: sessions, who may ask, answers, files."""
