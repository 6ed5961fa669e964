using SQLitePCL;
using Vigil.Storage.Audit;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// The function <c>vigil_audit_hash(previous, height, id, at, actor, action, subject, before, after)</c> of SQL, which the
/// trigger of the audit trail calls: a program that lacks it cannot write there.
/// </summary>
internal static class AuditFunction
{
    private const int Arguments = 9;

    public static void AddTo(sqlite3 handle) => raw.sqlite3_create_function(
        handle, "vigil_audit_hash", Arguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null,
        static (context, _, values) => raw.sqlite3_result_blob(context, AuditChain.Hash(
            raw.sqlite3_value_blob(values[0]), raw.sqlite3_value_int64(values[1]), new AuditEntry(
                raw.sqlite3_value_int64(values[2]), raw.sqlite3_value_int64(values[3]), Text(values[4]) ?? "", Text(values[5]) ?? "",
                Text(values[6]) ?? "", Text(values[7]), Text(values[8])))));

    private static string? Text(sqlite3_value value) =>
        raw.sqlite3_value_type(value) == raw.SQLITE_NULL ? null : raw.sqlite3_value_text(value).utf8_to_string() ?? "";
}
