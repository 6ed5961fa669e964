namespace Vigil.Core.Transactions;

/// <summary>
/// The text fields of a transaction, in the order of the contract. The first six optional ones can be entities of
/// features; the numeric value is an index into a transaction's fields and is not stored anywhere.
/// </summary>
public enum Field
{
    TransactionId,
    AccountId,
    Currency,
    MerchantCategory,
    MerchantId,
    Location,
    Country,
    CardId,
    DeviceId,
    Ip,
    Email,
    Channel,
}
