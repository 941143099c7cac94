"""The program at the counter. Qt lives in ``gui`` only; everything else runs without a screen."""
