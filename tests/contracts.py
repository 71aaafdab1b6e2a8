"""import-linter's contract for pages, which are found by their `page.py`, not listed."""

from grimp import ImportGraph
from importlinter import ContractCheck
from importlinter.contracts.independence import IndependenceContract
from importlinter.domain.imports import ModuleExpression


class PagesContract(IndependenceContract):
    """No page's folder imports another's, not even by way of the wing."""

    type_name = "pages"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        folders = {name.rpartition(".")[0] for name in graph.modules if name.endswith(".page")}
        self.modules = {ModuleExpression(folder) for folder in folders}
        return super().check(graph, verbose)
