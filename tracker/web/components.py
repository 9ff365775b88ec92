"""The macros of templates/components, gathered under one name: `ui`."""

from types import SimpleNamespace

from jinja2 import Environment

FOLDER = "components/"


def gather(env: Environment) -> SimpleNamespace:
    """Return every public macro of every component file.

    A global, because a block rendered alone does not see what its template imported; and gathered
    here, because a template does not pass on the macros it imports.
    """
    ui = SimpleNamespace()
    # Macros may call one another as ui.name, so the namespace exists before they are read.
    env.globals["ui"] = ui
    for file in env.list_templates(filter_func=lambda name: name.startswith(FOLDER)):
        for name, macro in vars(env.get_template(file).module).items():
            if not name.startswith("_"):
                setattr(ui, name, macro)
    return ui
