"""Making what is handed over: the one folder, its archive, and the Debian package. No part of the program."""
