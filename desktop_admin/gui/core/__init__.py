"""What every widget rests on: themes, words, speech, keys, work in the background, and what is remembered."""
