"""A script drawn in Mermaid, from the script itself."""

from flows.notation import Await, Book, Choose, Decide, End, Flow, Go, Step, Visit, exits_of, target_of


def draw(book: Book, flow: Flow) -> str:
    """The Mermaid flowchart of one flow. Other flows appear as rounded boxes; a visit is a dotted arrow."""
    lines = ["flowchart TD"]
    outside: dict[str, str] = {}
    lines += [f"    {_id(book, step)}{_shape(step)}" for step in flow.steps]
    for step in flow.steps:
        for exit_, way in exits_of(step).items():
            target = book.name(target_of(way))
            node = target.replace(".", "_")
            if isinstance(way, Go | Visit):
                outside[node] = target
            arrow = f"-. {exit_} .->" if isinstance(way, Visit) else f"-- {exit_} -->"
            lines.append(f"    {_id(book, step)} {arrow} {node}")
    lines += [f"    {node}([{target}])" for node, target in sorted(outside.items())]
    return "\n".join(lines) + "\n"


def draw_all(book: Book) -> str:
    """The map of the flows: which leads to which, and which is visited from where."""
    edges: set[tuple[str, str, str]] = set()
    for name, _, way in book.ways():
        here, there = name.partition(".")[0], book.name(target_of(way)).partition(".")[0]
        if here != there:
            edges.add((here, "-.->" if isinstance(way, Visit) else "-->", there))
    lines = ["flowchart LR", *(f"    {flow.name}" for flow in book.flows)]
    lines += [f"    {a} {arrow} {b}" for a, arrow, b in sorted(edges)]
    return "\n".join(lines) + "\n"


def _id(book: Book, step: Step) -> str:
    return book.name(step.at).replace(".", "_")


def _shape(step: Step) -> str:
    name = step.at.value
    match step:
        case Choose():
            return f"[{name}]"
        case Decide():
            return f"{{{name}}}"
        case Await():
            return f"[/{name}/]"
        case End():
            return f"(({name}))"
        case _:
            return f">{name}]"
