#!/usr/bin/env python3
"""Writes agent/meter/prices.def from a JSON price table (dollars a token, in LiteLLM's field names, with tiers).

usage: packaging/prices.py TABLE.json DATE > agent/meter/prices.def

DATE says of when the prices are: 2026-11. Not needed to build. It stops if a price is not a whole number of picodollars, because sums would then not be exact.
"""
import decimal
import fractions
import json
import sys

HEAD = """\
/*
 * What a token costs, by model, in picodollars (10^-12 USD). Written by packaging/prices.py; sorted by name.
 *
 * Source: prices of BerriAI/litellm's model_prices_and_context_window.json and of models.dev, as they are in effect
 * in ccusage 20.0.24's offline table, measured by running it.
 *
 * PRICE(name, input, output, cache write 5 m, cache read, over, the same four above `over`, fast, context)
 * A cache write of 1 h costs twice the input. A request whose context has more tokens than `over` is billed whole
 * at the second four; 0: there is no such tier. `fast` multiplies in fast mode, in tenths. `context` is the
 * model's window in tokens.
 */
#define PRICES_DATE "{date}"
"""


def picodollars(dollars):
    value = fractions.Fraction(dollars) * 10**12
    if value.denominator != 1:
        sys.exit(f"prices.py: {dollars} USD is not a whole number of picodollars")
    return int(value)


def base_prices(model):
    price = model["input_cost_per_token"]
    return [price, model["output_cost_per_token"],
            model.get("cache_creation_input_token_cost", price * decimal.Decimal("1.25")),
            model.get("cache_read_input_token_cost", price * decimal.Decimal("0.1"))]


def long_prices(model, base):
    """The threshold, and the prices of a request above it: the vendor bills all of it at them."""
    tier = model.get("tier")
    if not tier:
        return 0, [0, 0, 0, 0]
    over = tier.get("over", tier.get("context_over", 200000))
    if tier["semantics"] == "marginal_per_field":
        fields = ("input", "output", "cache_creation_input_token", "cache_read_input_token")
        names = [f"{f}_cost_per_token_above_200k_tokens" if "_" not in f else f"{f}_cost_above_200k_tokens" for f in fields]
        return over, [model[name] for name in names]
    written = base[2] * tier["input"] / base[0]
    return over, [tier["input"], tier.get("output", base[1]), written, tier.get("cache_read", base[3])]


def row(name, model):
    base = base_prices(model)
    over, above = long_prices(model, base)
    fast = fractions.Fraction(model.get("fast_multiplier", 1)) * 10
    if fast.denominator != 1:
        sys.exit(f"prices.py: {name}: the fast multiplier has more than one decimal")
    numbers = [*map(picodollars, base), over, *map(picodollars, above), int(fast), model.get("max_input_tokens", 0)]
    return f'PRICE("{name}", {", ".join(map(str, numbers))})'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        table = json.load(file, parse_float=decimal.Decimal)["models"]
    print(HEAD.format(date=sys.argv[2]) + "\n".join(row(name, table[name]) for name in sorted(table)))


main()
