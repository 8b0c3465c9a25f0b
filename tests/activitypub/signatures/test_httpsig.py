import subprocess
import sys


def test_httpsig_is_imported_without_setuptools_and_leaves_no_stand_in_behind() -> None:
    code = (
        "import sys; import fedi.activitypub.signatures._httpsig; import httpsig; "
        "assert not hasattr(httpsig, '__version__'); assert 'pkg_resources' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_real_pkg_resources_is_put_back() -> None:
    code = (
        "import sys, types; real = sys.modules['pkg_resources'] = types.ModuleType('pkg_resources'); "
        "import fedi.activitypub.signatures._httpsig; assert sys.modules['pkg_resources'] is real"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
