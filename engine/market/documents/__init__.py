"""Documents that somebody brings: pasted text, TXT, HTML, PDF, DOCX, RSS and Atom."""
