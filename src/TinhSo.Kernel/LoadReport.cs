namespace TinhSo.Kernel;

/// <summary>What loading a file of reference data changed.</summary>
/// <param name="File">Which file.</param>
/// <param name="Added">Rows that were new.</param>
/// <param name="Changed">Rows that were there with another content.</param>
/// <param name="Unchanged">Rows that were there as they are.</param>
/// <param name="Faults">Rows that could not be read, each with its line; then nothing of the file was loaded.</param>
public sealed record LoadReport(string File, int Added, int Changed, int Unchanged, IReadOnlyList<string> Faults);
