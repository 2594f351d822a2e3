"""Calibrating: faults planted in the user's own history, to learn what the bot sees in that code.

commits = history.read(repository, head, most)     the last ones, with what each added
faults  = mutations.of(file, kinds)                one fault in what a commit added
proof   = prover.prove(commit, fault)              a test fails, or a rule speaks up; else not used
answers = the review of each fault, and of each commit as it was: the control
"""
