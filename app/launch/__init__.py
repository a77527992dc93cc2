"""HEscope as a desktop program: one per user, opened in the browser, ended with its last tab."""
