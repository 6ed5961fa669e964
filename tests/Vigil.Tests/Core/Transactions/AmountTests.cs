using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

public sealed class AmountTests
{
    private const string TooLarge = "is 1,000,000,000,000 or more";
    private const string TooFine = "has more decimals than its currency";
    private const string NoNumber = "is not a decimal number";

    [Theory]
    [InlineData("12", 2, 1200)]
    [InlineData("12.5", 2, 1250)]
    [InlineData("12.50", 2, 1250)]
    [InlineData("12.500000000000000000000000000", 2, 1250)]
    [InlineData("1e3", 2, 100_000)]
    [InlineData("1E+3", 0, 1000)]
    [InlineData("1250e-2", 2, 1250)]
    [InlineData("0.00000125e7", 2, 1250)]
    [InlineData("0", 2, 0)]
    [InlineData("-0.00", 2, 0)]
    [InlineData("0e999999", 2, 0)]
    [InlineData("0.01", 2, 1)]
    [InlineData(".5", 2, 50)]
    [InlineData("5.", 2, 500)]
    [InlineData("007.50", 2, 750)]
    [InlineData("500", 0, 500)]
    [InlineData("500.00", 0, 500)]
    [InlineData("1.234", 3, 1234)]
    [InlineData("1.2345", 4, 12345)]
    [InlineData("999999999999.99", 2, 99_999_999_999_999)]
    [InlineData("999999999999.9999", 4, 9_999_999_999_999_999)]
    public void An_amount_is_exact_in_its_currencys_minor_unit(string text, int exponent, long minor)
    {
        ExactDecimal.Parse(Encoding.UTF8.GetBytes(text), exponent, out var value).ShouldBeEmpty();
        value.ShouldBe(minor);
    }

    [Theory]
    [InlineData("12.505", 2, TooFine)]
    [InlineData("0.5", 0, TooFine)]
    [InlineData("1.2345", 3, TooFine)]
    [InlineData("1.23456", 4, TooFine)]
    [InlineData("1e-3", 2, TooFine)]
    [InlineData("0.1234567890123456789012345", 2, TooFine)]
    [InlineData("999999999999.999", 2, TooFine)]
    [InlineData("1000000000000", 0, TooLarge)]
    [InlineData("1e12", 2, TooLarge)]
    [InlineData("1000000000000.001", 2, TooLarge)]
    [InlineData("99999999999999999999999999999999", 2, TooLarge)]
    [InlineData("1e99999999999999999999", 2, TooLarge)]
    [InlineData("-1", 2, "is negative; a payment is zero or more")]
    [InlineData("", 2, NoNumber)]
    [InlineData("-", 2, NoNumber)]
    [InlineData(".", 2, NoNumber)]
    [InlineData("1e", 2, NoNumber)]
    [InlineData("1e+", 2, NoNumber)]
    [InlineData("1.2.3", 2, NoNumber)]
    [InlineData("+1", 2, NoNumber)]
    [InlineData("1_000", 2, NoNumber)]
    [InlineData("1 ", 2, NoNumber)]
    [InlineData("99999999999999999999x", 2, NoNumber)]
    [InlineData("Infinity", 2, NoNumber)]
    public void What_is_no_such_amount_is_told_apart(string text, int exponent, string error) =>
        ExactDecimal.Parse(Encoding.UTF8.GetBytes(text), exponent, out _).ShouldBe(error);

    [Fact]
    public void Zeros_and_exponents_beyond_any_number_are_neither_lost_nor_wrapped()
    {
        string Problem(string text) => ExactDecimal.Parse(Encoding.UTF8.GetBytes(text), 2, out _);
        Problem("0." + new string('0', 9_999) + "1e50000").ShouldBe(TooLarge);
        Problem("1" + new string('0', 10_012) + "e-50000").ShouldBe(TooFine);
        Problem("0." + new string('0', 9_999) + "1e10000").ShouldBeEmpty();
        Problem("1" + new string('0', 60_000) + "e-60000").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("JPY", 0)]
    [InlineData("USD", 2)]
    [InlineData("EUR", 2)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    [InlineData("XXX", -1)]
    [InlineData("usd", -1)]
    [InlineData("US", -1)]
    [InlineData("USDX", -1)]
    [InlineData("U$D", -1)]
    [InlineData("", -1)]
    public void Currencies_have_the_minor_units_of_ISO_4217(string code, int exponent) =>
        Currency.Exponent(Encoding.UTF8.GetBytes(code)).ShouldBe(exponent);

    [Fact]
    public void The_currency_decides_what_an_amount_means_wherever_it_stands()
    {
        Payment.Of(amount: "1.234", more: "\"currency\": \"KWD\"").Amount.ShouldBe(new Money(1234, 3));
        Payment.Of(amount: "500", more: "\"currency\": \"JPY\"").Amount.ShouldBe(new Money(500, 0));
        Payment.Refuse(Payment.Json(amount: "1.5", more: "\"currency\": \"JPY\"")).ShouldBe(new Rejection("amount", TooFine));
    }

    [Fact]
    public void Units_put_all_currencies_on_one_scale_and_a_decimal_keeps_its_digits()
    {
        new Money(500, 0).Units.ShouldBe(5_000_000);
        new Money(500_00, 2).Units.ShouldBe(5_000_000);
        new Money(5_000_000, 4).Units.ShouldBe(5_000_000);
        new Money(1250, 2).ToDecimal().ToString(CultureInfo.InvariantCulture).ShouldBe("12.50");
        new Money(9_999_999_999_999_999, 4).ToDecimal().ShouldBe(999_999_999_999.9999m);
    }

    /// <summary>System.Decimal as the oracle: 28 digits are more than any amount has.</summary>
    [Fact]
    public void Amounts_agree_with_decimal_arithmetic()
    {
        var texts = from digits in Gen.Choose(0, int.MaxValue)
                    from more in Gen.Choose(0, 999_999)
                    from scale in Gen.Choose(0, 12)
                    from power in Gen.Choose(-6, 6)
                    from exponent in Gen.Elements(0, 2, 3, 4)
                    select (Text: $"{new decimal(digits) * 1_000_000m + more}", scale, power, exponent);
        Prop.ForAll(texts.ToArbitrary(), t =>
        {
            var number = decimal.Parse(t.Text, CultureInfo.InvariantCulture) / Power(t.scale);
            var text = number.ToString(CultureInfo.InvariantCulture) + (t.power == 0 ? "" : $"e{t.power}");
            var exact = t.power < 0 ? number / Power(-t.power) : number * Power(t.power);
            var expected = exact >= 1_000_000_000_000m ? TooLarge
                : decimal.Truncate(exact * Power(t.exponent)) != exact * Power(t.exponent) ? TooFine : "";
            var error = ExactDecimal.Parse(Encoding.UTF8.GetBytes(text), t.exponent, out var minor);
            error.ShouldBe(expected, text);
            if (expected.Length == 0)
                ((decimal)minor).ShouldBe(exact * Power(t.exponent), text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
