using System.Data.Common;

namespace TinhSo.Kernel.Storage;

/// <summary>Plain SQL on either engine, for the few tables that no entity maps.</summary>
internal static class Sql
{
    /// <summary>A command whose text is a constant of the program and whose values are all parameters.</summary>
    public static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql,
        params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is a constant or a resource of this program, never input.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
