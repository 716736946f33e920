// Go demands a file of this kind where a function has no body, as one that is linked by its name.
