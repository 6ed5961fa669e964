namespace Vigil.Core.Transactions;

/// <summary>
/// The text fields of a transaction. Each but the first can be an entity of features. The numeric value is an index into
/// a transaction's fields and is not stored anywhere.
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
