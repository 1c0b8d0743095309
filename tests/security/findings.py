"""Reads what wapiti and sqlmap found, and tells what nobody has explained. Ends with 1 when there is any."""
import csv
import glob
import json
import sys

folder, explained_file = sys.argv[1:]

explained = []
with open(explained_file, encoding="utf-8") as lines:
    for line in lines:
        if line.strip() and not line.startswith("#"):
            explained.append([part.strip() for part in line.split("|")])


def why(category, text):
    return next((name for name, of, part in explained if of == category and part in text), None)


findings, reports = [], 0
for report in glob.glob(f"{folder}/wapiti-*.json"):
    reports += 1
    with open(report, encoding="utf-8") as file:
        told = json.load(file)
    for kind in ("vulnerabilities", "anomalies"):
        for category, found in told[kind].items():
            # Level 0 is for information.
            findings += [(category, f"{one['method']} {one['path']} {one['parameter'] or ''} {one['info']}")
                         for one in found if one["level"] > 0]
for report in glob.glob(f"{folder}/sqlmap-*.csv"):
    reports += 1
    with open(report, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row.get("Technique(s)"):
                findings.append(("SQL injection", f"{row['Target URL']} {row['Parameter']} {row['Technique(s)']}"))

if reports == 0:
    sys.exit("No tool has reported.")
unexplained = sorted({finding for finding in findings if why(*finding) is None})
for category, text in unexplained:
    print(f"{category}: {text}")
print(f"{reports} reports, {len(findings)} findings above informational, {len(unexplained)} of them unexplained")
sys.exit(1 if unexplained else 0)
