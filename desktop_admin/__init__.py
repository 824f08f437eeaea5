"""Desk program for exam centres: slots, question sets and sessions of the exam portal, put right in one transaction."""

__version__ = "0.2.0"
