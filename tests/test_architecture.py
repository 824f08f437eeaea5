"""The drawn structure: no circle among the modules, type-only imports and those inside functions included."""

from __future__ import annotations

import grimp


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("desktop_admin", cache_dir=None)
    circles: dict[frozenset[str], str] = {}
    for importer in sorted(graph.modules):
        for imported in graph.find_modules_directly_imported_by(importer):
            back = graph.find_shortest_chain(importer=imported, imported=importer)
            if back is not None:
                circles.setdefault(frozenset(back), " -> ".join((importer, *back)))
    assert not circles, "\n".join(circles.values())
