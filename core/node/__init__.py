"""The hospital's side of HEscope: receives studies, assesses each once, sends results back.

``store.py`` says where things lie, ``state.py`` what happened to each study, ``trail.py`` who can
check that; ``receive.py``, ``work.py`` and ``send.py`` are the three who change it.
"""
