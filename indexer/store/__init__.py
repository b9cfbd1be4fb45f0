"""The store: the truth about articles, their versions and the crawl."""
