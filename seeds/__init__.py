"""The demo story: ninety days at Fairlight Wholesale, told in verbs, ending now, the same every time."""
