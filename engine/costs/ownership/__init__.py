"""What it costs to own an idea for one to three years: data, labels, training, serving, storage, monitoring, staff."""
