"""Checks an entry's proof with the code of sigstore-python, which knows nothing of Tocsin:
its signed notes, its checkpoints, its RFC 6962 proofs.

    verify_proof.py ENTRY.json ENTRY.tlog-proof LEDGER.pub
"""

import base64
import sys
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import LogCheckpoint, SignedNote


def main() -> None:
    entry_path, proof_path, key_path = sys.argv[1:]
    with open(entry_path, "rb") as file:
        entry = file.read()
    with open(proof_path, encoding="utf-8") as file:
        head, _, note_text = file.read().partition("\n\n")
    with open(key_path, encoding="utf-8") as file:
        # Base 64 has a + of its own; names have none.
        name, _, code = file.read().strip().split("+", 2)
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1", lines[0]
    assert lines[1].startswith("index "), lines[1]

    note = SignedNote.from_text(note_text)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(code)[1:])
    signature = next(s for s in note.signatures if s.name == name)
    key.verify(base64.b64decode(signature.signature), note.note.encode())
    checkpoint = LogCheckpoint.from_text(note.note)

    verify_merkle_inclusion(
        SimpleNamespace(
            _inner=SimpleNamespace(
                canonicalized_body=entry,
                inclusion_proof=SimpleNamespace(
                    log_index=int(lines[1].split(" ")[1]),
                    tree_size=checkpoint.log_size,
                    root_hash=bytes.fromhex(checkpoint.log_hash),
                    hashes=[base64.b64decode(line) for line in lines[2:]],
                ),
            ),
        )
    )
    print(f"{checkpoint.origin} {checkpoint.log_size}")


main()
