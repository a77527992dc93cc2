; Inno Setup 6: a setup program that needs no administrator.  UNTESTED: never run by its authors.
; iscc /DVersion=0.0.0 /DDist=FOLDER build\windows\hescope.iss, FOLDER as it was given to PyInstaller

[Setup]
AppName=HEscope
AppVersion={#Version}
AppComments=Research use only. Not a medical device.
PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\HEscope
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
LicenseFile=..\..\LICENSE
OutputDir={#Dist}
OutputBaseFilename=hescope-windows-x64-setup
Compression=lzma2
SolidCompression=yes
UninstallDisplayIcon={app}\hescope.exe

[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Dist}\hescope\*"; DestDir: "{app}"; Flags: recursesubdirs

[Icons]
Name: "{autoprograms}\HEscope"; Filename: "{app}\hescope.exe"

[Run]
Filename: "{app}\hescope.exe"; Description: "Start HEscope"; Flags: postinstall nowait skipifsilent
