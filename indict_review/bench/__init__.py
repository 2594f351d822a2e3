"""The bench: is the code safer, does it still work, at what cost? For any model and strategy.

samples  = suite.samples(data)                  what is asked, chosen by a hash
answer   = strategy.answer(sample, draft, kit)  what the person would get
marks    = suite.score(answers)                 by analyzers, execution, a judge, labels
record   = one line of records.jsonl            ids, hashes, verdicts, counts: never the data's text
report   = tables, intervals, paired tests      from the records alone
"""
