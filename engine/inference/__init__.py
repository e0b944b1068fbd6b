"""What a finished run serves: exports, runtimes without torch, the queue in front of them, and their measurement."""
