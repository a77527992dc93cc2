"""Studies that may leave the hospital: nothing in them names the patient."""
