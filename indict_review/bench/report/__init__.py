"""Reports, made of records alone: the same records are the same bytes, wherever they are drawn.

`composing` makes a `Document` of results, with `plots` in it; `markdown` and `page` write it;
`terse` is a few lines for a terminal; `panel` is the picture of a README. No date, place or setting
of the machine gets in.
"""
