"""Models that somebody else serves: any interface that speaks OpenAI's chat completions. Imports no torch."""
