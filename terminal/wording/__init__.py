"""Every sentence for people: screens, slips, pages, messages. No Qt, no decisions, only words.

The code speaks English; a msgid is an English sentence with ``{named}`` places, so a translator
may put the words in any order. Plurals are pairs of sentences, counted by the language's own
rule. ``resources/translations/<language>.po`` holds one language; where a sentence is missing
there, English stands in, and numbers, money and dates still look as the language has them.

The seventh language is a file: ``python -m terminal.wording.catalogue update lv`` makes
``lv.po`` with its plural rule and every sentence of the program, and once it is translated
nothing else is needed. The tests hold every file that is there to the same account: no sentence
missing, fuzzy, or with other places than its msgid.
"""
