"""The blocks of code under a heading of a document; as a program, one of them."""
import dataclasses
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass
class Block:
    """What stands between fences: ```LANGUAGE NAME, where the name, often that of the file that it is for, may be empty."""
    language: str
    name: str
    text: str


def under(document, heading):
    """The blocks of the section of `document` with this heading, in order; at least one."""
    level, blocks, open_block, inside = None, [], None, False
    for line in (ROOT / document).read_text().splitlines():
        if open_block is not None:
            if line.strip() == "```":
                blocks.append(open_block)
                open_block = None
            else:
                open_block.text += line + "\n"
        elif line.startswith("```"):
            language, _, name = line[3:].partition(" ")
            # Of other sections it has to be known where they end, too.
            open_block = Block(language, name, "") if inside else Block("", "", "")
        elif line.startswith("#"):
            marks, _, title = line.partition(" ")
            if title == heading:
                level, inside = len(marks), True
            elif inside and len(marks) <= level:
                break
        if not inside:
            blocks.clear()
    if not blocks:
        raise SystemExit(f"{document}: has no code under '{heading}'")
    return blocks


if __name__ == "__main__":
    # DOCUMENT HEADING NAME: print the block of that name.
    document, heading, name = sys.argv[1:]
    found = [block.text for block in under(document, heading) if block.name == name]
    if len(found) != 1:
        raise SystemExit(f"{document}: {len(found)} blocks are named {name} under '{heading}'")
    print(found[0], end="")
