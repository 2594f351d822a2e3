"""The attacker's programs. They run in the sandbox, with nothing but the standard library.

python3 -m attacks NAME
"""
