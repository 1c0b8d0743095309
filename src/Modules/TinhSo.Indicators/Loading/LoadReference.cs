using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Publications;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Loading;

/// <summary>Loads the reference data: all of it in one transaction or, when anything is wrong, nothing.</summary>
internal sealed class LoadReference(IndicatorsDb db, TimeProvider clock, Recount recount)
{
    public async Task<LoadReport> Load(ReferenceFolders folders, CancellationToken stop)
    {
        var files = new ReferenceFiles(folders, clock);
        await files.Read(stop);
        if (files.Errors.Count > 0)
        {
            return Refused(files.Errors);
        }
        var before = (await SelectionsNow(stop)).ToHashSet(StringComparer.Ordinal);
        var report = await db.InTransaction(() => Save(files, stop), stop);
        if (report.Bad.Count == 0 && !before.IsSupersetOf(await SelectionsNow(stop)))
        {
            await recount.CountAnew(stop);
        }
        return report;
    }

    private async Task<LoadReport> Save(ReferenceFiles files, CancellationToken stop)
    {
        var report = new Report();
        await SaveDefinitions(files, report, stop);
        if (report.Bad.Count > 0)
        {
            db.ChangeTracker.Clear();
            return Refused(report.Bad);
        }
        await SaveFigures(files.Figures, report, stop);
        await SaveSources(files.Sources, report, stop);
        await SaveDocuments(files.Documents, report, stop);
        if (report.Changes.Count > 0)
        {
            (await db.CursorNamed(Stamps.Load, stop)).Position++;
        }
        await db.SaveChangesAsync(stop);
        return new LoadReport(report.Changes, report.Unchanged, []);
    }

    private async Task SaveDefinitions(ReferenceFiles files, Report report, CancellationToken stop)
    {
        var stored = await db.Definitions.ToListAsync(stop);
        foreach (var (definition, file, body) in files.Definitions)
        {
            var computes = ReadDefinition.Computes(definition);
            var versions = stored.Where(d => d.Code == definition.Code).ToList();
            var same = versions.Find(d => d.Version == definition.Version);
            if (same is not null && same.Computes != computes)
            {
                report.Bad.Add(new BadRow(file, 1, "version",
                    $"Version {definition.Version} was loaded with another computation: give it a new version."));
            }
            else if (same is null && versions.Exists(d => d.Version > definition.Version))
            {
                report.Bad.Add(new BadRow(file, 1, "version", "A later version was loaded before."));
            }
            else if (same is null)
            {
                db.Add(new StoredDefinition
                {
                    Code = definition.Code,
                    Version = definition.Version,
                    Computes = computes,
                    Body = body,
                    LoadedOn = clock.Today(),
                });
                report.Note(versions.Count == 0 ? RowChangeKind.Added : RowChangeKind.Changed, file, 1,
                    $"{definition.Code} version {definition.Version}");
            }
            else
            {
                report.Note(same.Body != body || same.Retired ? RowChangeKind.Changed : null, file, 1,
                    $"{definition.Code} version {definition.Version}");
                (same.Body, same.Retired) = (body, false);
            }
        }
        var alive = files.Definitions.Select(d => (d.Definition.Code, d.Definition.Version)).ToHashSet();
        var codes = files.Definitions.Select(d => d.Definition.Code).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in stored.Where(d => !d.Retired && !alive.Contains((d.Code, d.Version))))
        {
            gone.Retired = true;
            if (!codes.Contains(gone.Code))
            {
                report.Note(RowChangeKind.Removed, "indicators", 0, gone.Code);
            }
        }
    }

    private async Task SaveFigures(List<PublishedFigure> figures, Report report, CancellationToken stop)
    {
        var current = await db.Published.Where(f => f.SupersededOn == null)
            .ToDictionaryAsync(f => (f.File, f.Key), stop);
        foreach (var figure in figures)
        {
            if (!current.Remove((figure.File, figure.Key), out var kept))
            {
                db.Add(figure);
                report.Note(RowChangeKind.Added, figure.File, figure.Line, figure.Key);
            }
            else if (kept.Says(figure))
            {
                kept.Line = figure.Line;
                report.Note(null, figure.File, figure.Line, figure.Key);
            }
            else
            {
                // The former version stays, so that a page can show when which value was in the files.
                kept.SupersededOn = clock.Today();
                db.Add(figure);
                report.Note(RowChangeKind.Changed, figure.File, figure.Line, figure.Key);
            }
        }
        foreach (var gone in current.Values)
        {
            gone.SupersededOn = clock.Today();
            report.Note(RowChangeKind.Removed, gone.File, 0, gone.Key);
        }
    }

    private async Task SaveSources(List<Source> sources, Report report, CancellationToken stop)
    {
        var stored = await db.Sources.ToDictionaryAsync(s => s.Id, stop);
        foreach (var (source, line) in sources.Select((s, i) => (s, i + 2)))
        {
            if (!stored.TryGetValue(source.Id, out var kept))
            {
                db.Add(source);
                report.Note(RowChangeKind.Added, ReadFigures.SourcesFile, line, source.Id);
                continue;
            }
            var same = (kept.Title, kept.Published) == (source.Title, source.Published);
            (kept.Title, kept.Published) = (source.Title, source.Published);
            report.Note(same ? null : RowChangeKind.Changed, ReadFigures.SourcesFile, line, source.Id);
        }
    }

    private async Task SaveDocuments(SortedDictionary<string, string> documents, Report report, CancellationToken stop)
    {
        var stored = await db.Documents.ToDictionaryAsync(d => d.Name, stop);
        foreach (var (name, body) in documents)
        {
            if (!stored.Remove(name, out var kept))
            {
                db.Add(new Document { Name = name, Body = body });
                report.Note(RowChangeKind.Added, name, 1, name);
                continue;
            }
            report.Note(kept.Body == body ? null : RowChangeKind.Changed, name, 1, name);
            kept.Body = body;
        }
        foreach (var gone in stored.Values)
        {
            db.Remove(gone);
            report.Note(RowChangeKind.Removed, gone.Name, 0, gone.Name);
        }
    }

    private async Task<IEnumerable<string>> SelectionsNow(CancellationToken stop) =>
        (await new Selections().Read(db, stop)).Select(s => s.Key);

    private static LoadReport Refused(IEnumerable<BadRow> bad) => new([], 0,
        [.. bad.OrderBy(b => b.File, StringComparer.Ordinal).ThenBy(b => b.Line)]);

    private sealed class Report
    {
        public List<RowChange> Changes { get; } = [];

        public List<BadRow> Bad { get; } = [];

        public int Unchanged { get; private set; }

        public void Note(RowChangeKind? kind, string file, int line, string key)
        {
            if (kind is null)
            {
                Unchanged++;
            }
            else
            {
                Changes.Add(new RowChange(kind.Value, file, line, key));
            }
        }
    }
}
