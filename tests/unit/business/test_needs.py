import subprocess
import sys

PROGRAM = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in allowed:
            raise ModuleNotFoundError(f"the kit needs no {name}", name=name)

allowed = sys.stdlib_module_names | {"amity", "msgspec"}
sys.meta_path.insert(0, Refuse())

from amity.business import BeforeImportFriends, BusinessServer, MemorySeen, Reject, TestClient

app = BusinessServer(secret="whsec_dGhlIG5ldyBvbmUsIG9mIHRoaXMgbW9udGg=", seen=MemorySeen())

@app.before_import_friends
def decide(event):
    return Reject(5001, event.owner_user_id)

print(TestClient(app).send(BeforeImportFriends("o", ["f"])))
print(sorted(name for name in sys.modules if name.startswith("amity.") and name.count(".") == 1))
"""


def test_the_kit_runs_with_msgspec_and_the_standard_library_alone():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert run.stderr == ""
    assert run.stdout.splitlines() == [
        "Reject(code=5001, message='o', detail='')",
        "['amity.business', 'amity.wire']",
    ]
