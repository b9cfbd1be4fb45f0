"""The bundled demo site: articles of our own, and a web site that shows them to a crawler.

The articles lie in ``articles/<zh|en>/<slug>.txt``. `crawler.demo.articles` reads them,
`crawler.demo.sections` puts them in order, `crawler.demo.pages` makes web pages of them, and
`crawler.demo.site` serves those. Only the last two load Flask.
"""
