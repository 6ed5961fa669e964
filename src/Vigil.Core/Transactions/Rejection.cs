namespace Vigil.Core.Transactions;

/// <summary>Why a transaction was not accepted: a value, not an exception, because bad input is expected.</summary>
/// <param name="Field">Name of the field at fault; empty where the document as a whole is.</param>
/// <param name="Reason">What was found and what to do; contains no value of the payload.</param>
public readonly record struct Rejection(string Field, string Reason)
{
    public override string ToString() => string.IsNullOrEmpty(Field) ? Reason ?? "" : $"{Field}: {Reason}";
}
