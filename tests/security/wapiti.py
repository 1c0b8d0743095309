"""Starts Debian's wapiti 3.0.4, whose patterns of what to leave alone Python 3.11 and later do not take."""
import fnmatch
import re

import wapitiCore.net.crawler
from wapitiCore.main.wapiti import wapiti_main

wapitiCore.net.crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
wapiti_main()
