"""moto in the place of AWS, and what is changed in it: each patch with its reason."""
