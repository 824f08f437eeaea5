"""What leaves the program: reports for papers, and exports."""
