"""Reports: figures ready for print, and the numbers of closing tables."""
