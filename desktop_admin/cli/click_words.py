"""The words of click itself, such as *Usage:*, from the catalogue like all others.

click asks the standard library for a translation when it says something, by its own English text. It is given another
function to ask; what is unknown here, because a newer click says it, stays English.
"""

from __future__ import annotations

import click

from desktop_admin.language import template

_KEYS = {
    "Usage:": "cli.click.usage",
    "Options": "cli.click.options",
    "Commands": "cli.click.commands",
    "required": "cli.click.required",
    "Error: {message}": "cli.click.error",
    "Try '{command} {option}' for help.": "cli.click.try_help",
    "Aborted!": "cli.click.aborted",
    "Missing command.": "cli.click.missing_command",
    "Missing argument": "cli.click.missing_argument",
    "Missing option": "cli.click.missing_option",
    "Got unexpected extra argument ({args})": "cli.click.extra_arguments",
    "No such option {name!r}.": "cli.click.no_such_option",
    "No such command {name!r}.": "cli.click.no_such_command",
    "Did you mean {possibility}?": "cli.click.did_you_mean",
    "Option {name!r} does not take a value.": "cli.click.takes_no_value",
    "Option {name!r} requires an argument.": "cli.click.needs_value",
    "Invalid value: {message}": "cli.click.invalid",
    "Invalid value for {param_hint}: {message}": "cli.click.invalid_for",
    "Choose from:\n\t{choices}": "cli.click.choose_from",
    "{value!r} is not {choice}.": "cli.click.not_among",
    "{value!r} is not a valid {number_type}.": "cli.click.not_a_number",
    "{value} is not in the range {range}.": "cli.click.not_in_range",
    "{name} {filename!r} does not exist.": "cli.click.no_such_file",
    "{name} {filename!r} is a file.": "cli.click.is_a_file",
    "{name} {filename!r} is a directory.": "cli.click.is_a_folder",
    "{name} {filename!r} is not readable.": "cli.click.not_readable",
    "Repeat for confirmation": "cli.click.repeat",
    "Error: The two entered values do not match.": "cli.click.not_the_same",
}
"""The keys of what click says to people by its English text; of what has forms for one and many, that of one."""


def replace() -> None:
    """Let click say its words in the language that is spoken."""
    for module in (click.core, click.exceptions, click.formatting, click.parser, click.termui, click.types):
        for name, function in (("_", _word), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, function)


def _word(text: str) -> str:
    return template(_KEYS[text]) if text in _KEYS else text


def _counted(one: str, many: str, n: int) -> str:
    if one in _KEYS:
        return template(_KEYS[one], n=n)
    return one if n == 1 else many
